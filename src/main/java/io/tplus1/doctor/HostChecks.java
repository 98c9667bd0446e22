package io.tplus1.doctor;

import com.sun.management.OperatingSystemMXBean;
import io.tplus1.cluster.Reason;
import io.tplus1.cluster.Role;
import io.tplus1.config.Configuration;
import io.tplus1.config.HttpSettings;
import io.tplus1.config.StreamsProperties;
import io.tplus1.ops.BindFailure;
import io.tplus1.ops.DashboardRoom;
import io.tplus1.rnn.kernel.Kernels;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What {@code tplus1 doctor} looks at on this machine; changes nothing. */
final class HostChecks {
  private static final long MIB = 1 << 20;
  private static final long LEAST_HEAP = 256 * MIB;
  private static final long LEAST_DISK = 1024 * MIB;

  /** A clock before this was never set. */
  private static final Instant BUILT = Instant.parse("2026-01-01T00:00:00Z");

  private final Configuration configuration;
  private final Role role;
  private final HttpSettings http;
  private final int threads;
  private final HeapShares shares;
  private final Clock clock;

  /**
   * @param role what is to run here
   * @param shares of its heap
   */
  HostChecks(Configuration configuration, Role role, HeapShares shares, Clock clock) {
    this.configuration = configuration;
    this.role = role;
    this.http = role.forecasts() ? configuration.http() : configuration.retrainHttp();
    // The side topology has one, whatever is set, and that mostly waits.
    this.threads = role.forecasts() ? StreamsProperties.threads(configuration.kafka()) : 1;
    this.shares = shares;
    this.clock = clock;
  }

  /** All of them, in the order of what stands on what. */
  List<Finding> run() {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        java(
            ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent(),
            Kernels.vectorAvailable()));
    long physical =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    long heap = Runtime.getRuntime().maxMemory();
    findings.add(memory(heap, physical));
    shares.beyond(heap).ifPresent(findings::add);
    nativeLimit(System.getProperty("org.bytedeco.javacpp.maxPhysicalBytes"))
        .ifPresent(findings::add);
    findings.add(cores(Runtime.getRuntime().availableProcessors()));
    findings.add(stateDirectory());
    if (http.isOn()) {
      findings.add(port());
    }
    if (answersForSeries()) {
      advertised().ifPresent(findings::add);
    }
    clock().ifPresent(findings::add);
    return findings;
  }

  /** Whether it is asked for series, and so holds some; one that retrains alone is not. */
  private boolean answersForSeries() {
    return http.isOn() && role.forecasts();
  }

  /**
   * The launcher sees to the version; the module is asked for by it where there is one.
   *
   * @param module whether this Java has it
   * @param vectors whether networks run on vector instructions, as where the module is and vectors
   *     are wide enough
   */
  static Finding java(boolean module, boolean vectors) {
    String version = "Java " + Runtime.version().feature();
    if (vectors) {
      return Finding.ok("java", version + ", with vector instructions for the network");
    }
    String slower = ": networks run several times slower";
    return module
        ? Finding.warning(
            "java",
            version + ", which uses no vectors of 128 bits or more here" + slower,
            "leave -XX:MaxVectorSize and the like out of TPLUS1_JAVA_OPTS; a CPU without"
                + " such vectors has no remedy")
        : Finding.warning(
            "java",
            version + " without the module jdk.incubator.vector" + slower,
            "start with ./tplus1, or pass --add-modules jdk.incubator.vector to java; some runtime"
                + " images leave the module out");
  }

  /**
   * @param heap largest heap, bytes
   * @param physical memory of the machine or the container, bytes
   */
  Finding memory(long heap, long physical) {
    String found =
        String.format(Locale.ROOT, "heap %,d MiB of %,d MiB memory", heap / MIB, physical / MIB);
    String options = "set TPLUS1_JAVA_OPTS=";
    if (heap < LEAST_HEAP) {
      return Finding.warning("memory", found + ": little", options + "-Xmx512m or more");
    }
    if (heap > HeapShares.MOST_OF_MEMORY * physical) {
      return Finding.warning(
          "memory",
          found + ": little is left for the stores, which keep their caches outside of the heap",
          options + "-XX:MaxRAMPercentage=50");
    }
    return Finding.ok("memory", found + liveSeries(heap));
  }

  /** Only where all words are known is it known how long a forecast is. */
  private String liveSeries(long heap) {
    if (!answersForSeries() || !configuration.categoriesWithoutVocabulary().isEmpty()) {
      return "";
    }
    return new DashboardRoom(configuration.schema(), configuration.windows().horizon(), http)
        .fewer(heap)
        .map(
            room ->
                ", room for the forecasts and scores of %d series on the dashboard%s"
                    .formatted(room, http.insteadOfSeries()))
        .orElse("");
  }

  /** JavaCPP counts the whole process against four times the heap, and throws. */
  static Optional<Finding> nativeLimit(String value) {
    return "0".equals(value)
        ? Optional.empty()
        : Optional.of(
            Finding.warning(
                "native memory",
                "org.bytedeco.javacpp.maxPhysicalBytes is "
                    + (value == null ? "not set" : value)
                    + ": JavaCPP counts the stores' memory too, and may end the process",
                "start with ./tplus1, or pass -Dorg.bytedeco.javacpp.maxPhysicalBytes=0 to java"));
  }

  Finding cores(int cores) {
    String found = "%d stream threads, %d cores".formatted(threads, cores);
    return threads > cores
        ? Finding.warning(
            "cores",
            found + ": more threads than cores wait for each other",
            "lower num.stream.threads")
        : Finding.ok("cores", found);
  }

  private Finding stateDirectory() {
    Path directory = StreamsProperties.stateDir(configuration).toAbsolutePath();
    Path existing = directory;
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    String remedy = "set state.dir to a folder of this user, on a disk of this machine";
    if (existing == null || !Files.isDirectory(existing)) {
      return Finding.failed("state.dir", existing + " is not a folder", remedy);
    }
    try {
      // Being asked is not being able: only a file that was written says so.
      Files.delete(Files.createTempFile(existing, "tplus1-doctor", ""));
      long free = Files.getFileStore(existing).getUsableSpace();
      String found =
          String.format(
              Locale.ROOT,
              "%s %s, %,d MiB free",
              directory,
              existing.equals(directory) ? "can be written to" : "can be made",
              free / MIB);
      return free < LEAST_DISK
          ? Finding.warning("state.dir", found + ": little", "free disk space, or move state.dir")
          : Finding.ok("state.dir", found);
    } catch (AccessDeniedException e) {
      return Finding.failed("state.dir", existing + " cannot be written to by this user", remedy);
    } catch (IOException e) {
      return Finding.failed(
          "state.dir", "%s cannot be written to (%s)".formatted(existing, Reason.of(e)), remedy);
    }
  }

  private Finding port() {
    String at = HttpSettings.address(http.host(), http.port());
    try (ServerSocket socket =
        new ServerSocket(http.port(), 1, InetAddress.getByName(http.host()))) {
      return Finding.ok(http.portSetting(), at + " is free");
    } catch (IOException e) {
      BindFailure failure = BindFailure.of(e, http);
      String found = "%s cannot be bound (%s)".formatted(at, e.getMessage());
      String remedy = failure.remedy(http);
      return failure == BindFailure.HOST
          ? Finding.failed(http.portSetting(), found, remedy)
          : Finding.warning(
              http.portSetting(), found, "if it is not a tplus1 that runs already: " + remedy);
    }
  }

  private Optional<Finding> advertised() {
    return http.advertised().isPresent()
        ? advertisedInVain()
        : Optional.of(
            Finding.warning(
                "http.advertised",
                "empty, where http.host=%s is every address: other instances cannot ask this one"
                    .formatted(http.host()),
                "with more than one instance set it on each, to host:port by which the others reach"
                    + " it"));
  }

  private Optional<Finding> advertisedInVain() {
    try {
      return http.advertisesInVain(InetAddress.getByName(http.host()))
          ? Optional.of(
              Finding.warning(
                  "http.advertised",
                  "%s, where http.host=%s is this machine's own loopback address: instances on other machines cannot ask this one"
                      .formatted(http.advertised().orElseThrow(), http.host()),
                  "set http.host=0.0.0.0, and http.token, unless a proxy on this machine hands on what comes to %s"
                      .formatted(http.advertised().orElseThrow())))
          : Optional.empty();
    } catch (UnknownHostException e) {
      return Optional.empty(); // The port's finding says so.
    }
  }

  private Optional<Finding> clock() {
    return clock.instant().isBefore(BUILT)
        ? Optional.of(
            Finding.failed(
                "clock",
                "this machine says that it is " + clock.instant(),
                "set its clock, and keep it set by NTP"))
        : Optional.empty();
  }
}
