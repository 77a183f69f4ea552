package dev.masquerade.cli;

import picocli.CommandLine.IVersionProvider;

/** Reads the version that the build wrote into the jar. */
final class BuildVersion implements IVersionProvider {

  /** Returns the version of this build, or {@code development} where it runs from classes. */
  static String value() {
    String version = BuildVersion.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "masquerade " + value(), "Java " + Runtime.version() + " on " + System.getProperty("os.name")
    };
  }
}
