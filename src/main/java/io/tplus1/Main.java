package io.tplus1;

final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.out.println("x");
  }
}
