package io.tplus1;

import io.tplus1.pipeline.Meter;

/** The command line as shipped, with a meter beside it. */
final class MeasuredMain {
  private MeasuredMain() {}

  public static void main(String[] args) {
    Meter.start();
    Main.main(args);
  }
}
