package io.tplus1;

import io.tplus1.catalogue.ModelFile;
import io.tplus1.cluster.TopicReader;
import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.replay.GoneException;
import io.tplus1.replay.ReceiptReplay;
import io.tplus1.replay.ReplayPrinter;
import io.tplus1.replay.ReplayReport;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.rnn.kernel.KernelKind;
import io.tplus1.rnn.kernel.Kernels;
import io.tplus1.serde.EventTime;
import io.tplus1.topic.AdminAnswers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.common.errors.TimeoutException;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Makes a published forecast again from its receipt, and compares. */
@Command(
    name = "replay",
    description = {
      "Makes a published forecast again, from the window and the model that the cluster holds, and"
          + " compares: bit for bit where the same kernel computes, within 1e-5 where another (or DL4J) does.",
      "",
      "Give it the settings that the application runs with. Nothing is written."
    },
    footerHeading = ExitCodes.EXAMPLES,
    footer = "  tplus1 replay --config my.properties --key Amy-1975 --at 1975-06-27T06:00:00Z",
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      "0:checked, and the forecast is the same",
      ExitCodes.FAILED_LINE,
      ExitCodes.USAGE_LINE,
      "3:an input is gone: the message says which, since when, and what keeps it longer",
      "4:checked, and the forecast is a different one"
    },
    mixinStandardHelpOptions = true)
final class ReplayCommand implements Callable<Integer> {
  private static final String CLIENT = "tplus1-replay";

  @Mixin private ConfigurationOptions options;
  @Spec private CommandSpec spec;

  @Option(names = "--key", required = true, paramLabel = "SERIES", description = "The series.")
  private String key;

  @ArgGroup(multiplicity = "1")
  private When when;

  /** One of two ways to name a forecast of a series. */
  static final class When {
    @Option(
        names = "--at",
        paramLabel = "TIME",
        description =
            "When it was made: `time` of the forecast, as ISO-8601 (UTC unless it says) or epoch"
                + " milliseconds.",
        converter = Time.class)
    private Long at;

    @ArgGroup(exclusive = false, multiplicity = "1")
    private Target target;
  }

  /** The time that a forecast was for, which several may have been. */
  static final class Target {
    @Option(
        names = "--for",
        required = true,
        paramLabel = "TIME",
        description = "When it was for: one of its target times.",
        converter = Time.class)
    private Long time;

    @Option(
        names = "--horizon",
        paramLabel = "STEPS",
        description = "With --for: how many steps ahead it was made. Default: the fewest.",
        converter = AtLeastOne.class)
    private Integer horizon;
  }

  @Option(
      names = "--kernel",
      paramLabel = "KERNEL",
      description =
          "plain, vector or dl4j. Default: the one that the receipt names, or plain where this"
              + " machine lacks it.",
      completionCandidates = KernelConverter.Names.class,
      converter = KernelConverter.class)
  private Kernel kernel;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description = "Longest wait for a broker's answer. Default: ${DEFAULT-VALUE}",
      defaultValue = "30s",
      converter = DurationConverter.class)
  private Duration timeout;

  @Option(names = "--json", description = "One JSON object instead of text.")
  private boolean json;

  /** What may compute a network. */
  enum Kernel {
    PLAIN,
    VECTOR,
    DL4J
  }

  @Override
  public Integer call() throws Exception {
    Configuration configuration = options.readAsClient();
    configuration.bootstrapServers();
    Optional<ModelArtifact> file = modelFile(configuration);
    FeatureSchema schema = configuration.schema(file.map(ModelFile::vocabularies).orElse(Map.of()));
    try (TopicReader reader = TopicReader.of(configuration, CLIENT, timeout)) {
      ReceiptReplay replay = new ReceiptReplay(configuration, schema, reader, this::load, file);
      ReplayReport report =
          when.at == null
              ? replay.of(key, when.target.time, Optional.ofNullable(when.target.horizon))
              : replay.madeAt(key, when.at);
      if (json) {
        ReplayPrinter.printJson(spec.commandLine().getOut(), report);
      } else {
        ReplayPrinter.print(spec.commandLine().getOut(), report);
      }
      return report.verdict() == ReplayReport.Verdict.DIFFERENT ? ExitCodes.WRONG : ExitCodes.OK;
    } catch (GoneException e) {
      return gone(e);
    } catch (TimeoutException e) {
      throw new AdminAnswers(configuration.bootstrapServers(), timeout).noBroker();
    }
  }

  /**
   * What model.file names. It need not be on this machine: most models are in the cluster, but for
   * the words of categories that no setting gives.
   */
  private static Optional<ModelArtifact> modelFile(Configuration configuration)
      throws InvalidArtifactException, IOException {
    Optional<Path> path = configuration.modelFile();
    if (path.isEmpty() || !Files.notExists(path.get())) {
      return ModelFile.read(configuration);
    }
    if (configuration.needsVocabulary()) {
      throw new InvalidArtifactException(
          "model.file is %s, and there is no such file, which holds the words of %s: copy it here, or set vocabulary.NAME"
              .formatted(path.get().toAbsolutePath(), configuration.categoriesWithoutVocabulary()));
    }
    return Optional.empty();
  }

  private int gone(GoneException gone) {
    CommandLine line = spec.commandLine();
    if (json) {
      ReplayPrinter.printJson(line.getOut(), gone);
    } else {
      Complaints.say(line, ReplayPrinter.text(gone));
    }
    return ExitCodes.GONE;
  }

  /** With the kernel that is asked for, or else that of then. */
  private Forecaster load(ModelArtifact artifact, String then) throws InvalidArtifactException {
    Kernel wanted = kernel == null ? of(then) : kernel;
    if (wanted == Kernel.VECTOR && !Kernels.vectorAvailable()) {
      throw new IllegalArgumentException(
          "there is no vector kernel on this machine: leave --kernel out, or ask for plain");
    }
    return switch (wanted) {
      case PLAIN -> new RnnModelLoader(KernelKind.PLAIN).load(artifact);
      case VECTOR -> new RnnModelLoader(KernelKind.VECTOR).load(artifact);
      case DL4J -> new RnnModelLoader().loadOnDl4j(artifact);
    };
  }

  private static Kernel of(String then) {
    if (then.startsWith("dl4j")) {
      return Kernel.DL4J;
    }
    return then.startsWith("vector") && Kernels.vectorAvailable() ? Kernel.VECTOR : Kernel.PLAIN;
  }

  /** Times as people write them. */
  static final class Time implements ITypeConverter<Long> {
    @Override
    public Long convert(String value) {
      try {
        return value.matches("-?\\d+") ? Long.parseLong(value) : EventTime.parseIso(value);
      } catch (DateTimeException | NumberFormatException e) {
        throw new TypeConversionException(
            "a time was expected, such as 1975-06-27T06:00:00Z or 173080800000, found '%s'"
                .formatted(value));
      }
    }
  }

  /** Kernels as people write them. */
  static final class KernelConverter implements ITypeConverter<Kernel> {
    @Override
    public Kernel convert(String value) {
      for (Kernel one : Kernel.values()) {
        if (one.name().toLowerCase(Locale.ROOT).equals(value)) {
          return one;
        }
      }
      throw new TypeConversionException(
          "plain, vector or dl4j was expected, found '" + value + "'");
    }

    /** What a shell offers. */
    static final class Names extends ArrayList<String> {
      private static final long serialVersionUID = 1L;

      Names() {
        for (Kernel kernel : Kernel.values()) {
          add(kernel.name().toLowerCase(Locale.ROOT));
        }
      }
    }
  }
}
