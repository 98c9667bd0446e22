package io.tplus1;

/** Which build this is. */
final class Version {
  private Version() {}

  /** The version, and of which sources it is, as far as the jar tells. */
  static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return "tplus1 " + (version == null ? "(not packaged)" : version);
  }
}
