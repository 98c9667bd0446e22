package io.tplus1;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/** Options by which the launcher starts {@code run} on Linux, for whoever starts it without. */
public final class LauncherOptions {
  private LauncherOptions() {}

  /** Those that a Java such as this one is given, which has the vector module. */
  public static List<String> list() {
    List<String> options = new ArrayList<>();
    options.add("-Dorg.bytedeco.javacpp.maxPhysicalBytes=0");
    options.add("-XX:+ExitOnOutOfMemoryError");
    options.add("-XX:ThreadPriorityPolicy=1");
    options.add("-XX:JavaPriority1_To_OSPriority=19");
    options.add("-XX:-PrintWarnings");
    for (int level = 6; level <= 10; level++) {
      options.add("-XX:JavaPriority" + level + "_To_OSPriority=0");
    }
    if (trims()) {
      options.add("-XX:TrimNativeHeapInterval=300000");
    }
    options.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    int version = Runtime.version().feature();
    if (version >= 24) {
      options.add("--enable-native-access=ALL-UNNAMED");
    }
    if (version == 24 || version == 25) {
      options.add("--sun-misc-unsafe-memory-access=allow");
    }
    return options;
  }

  /** The launcher asks a Java by starting it; whoever starts others by this one can ask it. */
  static boolean trims() {
    try {
      ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
          .getVMOption("TrimNativeHeapInterval");
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
