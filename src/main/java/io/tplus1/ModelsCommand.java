package io.tplus1;

import io.tplus1.catalogue.ModelCatalogue;
import io.tplus1.catalogue.ModelConsole;
import io.tplus1.catalogue.NoAnswerException;
import io.tplus1.config.Configuration;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Shown;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelEvent;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Models of a running cluster: what there is, and what is to become of it. */
@Command(
    name = "models",
    description = {
      "Shows the models of a running cluster, and commands the retrain role.",
      "",
      "A model is named by its hash, or by the beginning of it. The champion is the one that forecasts."
          + " The retrain role trains challengers from the stream, and the gate promotes one that beats"
          + " champion and persistence, or clearly a champion that persistence beats, on samples that none"
          + " had seen; one that then does worse than its predecessor, or persistence, is rolled back. The commands below overrule that.",
      ""
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      ExitCodes.DONE_LINE,
      ExitCodes.REFUSED_LINE,
      ExitCodes.USAGE_LINE,
      ExitCodes.NO_ANSWER_LINE
    },
    footerHeading = ExitCodes.EXAMPLES,
    footer = {
      "  tplus1 models list --config my.properties          what is there",
      "  tplus1 models rollback --config my.properties      back to the former champion",
      "  tplus1 models pin --config my.properties           and stay there"
    },
    mixinStandardHelpOptions = true)
final class ModelsCommand {
  @Spec private CommandSpec spec;

  /** What every subcommand takes. */
  static final class Options {
    @Mixin private ConfigurationOptions configuration;

    @Option(
        names = "--timeout",
        paramLabel = "DURATION",
        description = "Longest wait for an answer. Default: ${DEFAULT-VALUE}",
        defaultValue = "30s",
        converter = DurationConverter.class)
    private Duration timeout;

    @Option(names = "--json", description = "One JSON object instead of text.")
    private boolean json;

    ModelConsole console() {
      Configuration read = configuration.readAsClient();
      read.bootstrapServers();
      return new ModelConsole(read, timeout);
    }
  }

  /** The hash of an artifact, or its beginning. */
  static final class Hash implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      if (!ModelCommand.isBeginning(value)) {
        throw new TypeConversionException(
            "a hash, or at least 4 of its first hexadecimal digits, was expected, found '%s'"
                .formatted(value));
      }
      return value;
    }
  }

  @Command(
      name = "list",
      description = {
        "Lists the models, the champion first, then those to which one can go back, and the newest events, the newest last.",
        "",
        "gate: errors of the challenger, the then champion and the last value on the same unseen samples"
            + " (and how many); live: the model's own error, by which it is rolled back; sent, where experts are"
            + " mixed, the error of what was sent; last, that of the last value; in brackets how many horizons"
            + " were scored, as far as the newest 20,000 records of model-scores tell. Errors are relative to the targets' own changes, of categories log-loss (gate) and half the Brier score (live): below the last value is good.",
        "",
        "event: what happened, of trainings in a row that nobody asked for the last; with the id of the command"
            + " that it answers. A challenger is in the topic models only once it is the champion: of one that"
            + " waits for the gate, or was rejected, they alone tell."
      },
      exitCodeListHeading = ExitCodes.HEADING,
      exitCodeList = {ExitCodes.DONE_LINE, ExitCodes.FAILED_LINE, ExitCodes.USAGE_LINE},
      footerHeading = ExitCodes.EXAMPLES,
      footer = {
        "  tplus1 models list --config my.properties",
        "  tplus1 models list --config my.properties --json | jq -r '.models[0].hash'"
      },
      mixinStandardHelpOptions = true)
  int list(@Mixin Options options) {
    try (ModelConsole console = options.console()) {
      ModelCatalogue catalogue = console.read();
      PrintWriter out = spec.commandLine().getOut();
      if (options.json) {
        ModelView.listJson(out, catalogue);
      } else {
        ModelView.list(out, catalogue);
      }
    }
    return ExitCodes.OK;
  }

  @Command(
      name = "show",
      description = "Shows everything about one model: origin, figures, live scores, events.",
      exitCodeListHeading = ExitCodes.HEADING,
      exitCodeList = {ExitCodes.DONE_LINE, "1:failed, or no such model", ExitCodes.USAGE_LINE},
      footerHeading = ExitCodes.EXAMPLES,
      footer = {"  tplus1 models show 5f0c1a2b --config my.properties"},
      mixinStandardHelpOptions = true)
  int show(
      @Mixin Options options,
      @Parameters(
              paramLabel = "HASH",
              description = "Its hash, or the beginning of it.",
              converter = Hash.class)
          String hash) {
    try (ModelConsole console = options.console()) {
      ModelCatalogue catalogue = console.read();
      List<ModelCatalogue.Entry> found = catalogue.beginning(hash);
      if (found.size() != 1) {
        return complain(
            ExitCodes.FAILED,
            found.isEmpty()
                ? none(catalogue, hash)
                : "the hashes of %d models begin with %s: give more of it"
                    .formatted(found.size(), hash));
      }
      if (options.json) {
        ModelView.showJson(spec.commandLine().getOut(), catalogue, found.get(0));
      } else {
        ModelView.show(spec.commandLine().getOut(), catalogue, found.get(0));
      }
    }
    return ExitCodes.OK;
  }

  private static String none(ModelCatalogue catalogue, String hash) {
    return catalogue
        .unreadable(hash)
        .map(
            artifact ->
                "the model %s is there and cannot be read here: %s"
                    .formatted(ModelArtifact.brief(artifact.hash()), artifact.why()))
        .or(() -> catalogue.newestOf(hash).map(ModelsCommand::gone))
        .orElse("no model's hash begins with " + hash + ": `tplus1 models list` shows them");
  }

  /** A challenger that is not the champion yet, or one that did not become it, or of long ago. */
  private static String gone(ModelEvent newest) {
    return "the model %s is not in the topic models; the newest event about it is %s, of %s: %s"
        .formatted(
            newest.hash().map(ModelArtifact::brief).orElse(""),
            newest.kind(),
            Instant.ofEpochMilli(newest.timeMs()),
            Shown.of(newest.reason()));
  }

  @Command(
      name = "promote",
      description = {
        "Makes a former champion, or the challenger that waits for the gate, the champion, without asking the"
            + " gate.",
        "",
        "Probation still watches it; pin it to keep it. The champion itself is written to the topic models"
            + " again, where that had lost it."
      },
      exitCodeListHeading = ExitCodes.HEADING,
      exitCodeList = {
        ExitCodes.DONE_LINE,
        ExitCodes.REFUSED_LINE,
        ExitCodes.USAGE_LINE,
        ExitCodes.NO_ANSWER_LINE
      },
      footerHeading = ExitCodes.EXAMPLES,
      footer = {"  tplus1 models promote 5f0c1a2b --config my.properties"},
      mixinStandardHelpOptions = true)
  int promote(
      @Mixin Options options,
      @Parameters(
              paramLabel = "HASH",
              description = "Its hash, or a beginning that no other has.",
              converter = Hash.class)
          String hash) {
    return ask(options, ModelCommand.Kind.PROMOTE, Optional.of(hash));
  }

  @Command(
      name = "rollback",
      description = {
        "Makes a former champion the champion again: during a probation the one before it, to which the"
            + " automatic rollback would go too, else the newest.",
        "",
        "The next challenger may replace it; pin it to keep it."
      },
      exitCodeListHeading = ExitCodes.HEADING,
      exitCodeList = {
        ExitCodes.DONE_LINE,
        ExitCodes.REFUSED_LINE,
        ExitCodes.USAGE_LINE,
        ExitCodes.NO_ANSWER_LINE
      },
      footerHeading = ExitCodes.EXAMPLES,
      footer = {"  tplus1 models rollback --config my.properties"},
      mixinStandardHelpOptions = true)
  int rollback(@Mixin Options options) {
    return ask(options, ModelCommand.Kind.ROLLBACK, Optional.empty());
  }

  @Command(
      name = "pin",
      description = "Keeps the champion: neither gate nor probation replaces it, only commands do.",
      exitCodeListHeading = ExitCodes.HEADING,
      exitCodeList = {
        ExitCodes.DONE_LINE,
        ExitCodes.REFUSED_LINE,
        ExitCodes.USAGE_LINE,
        ExitCodes.NO_ANSWER_LINE
      },
      footerHeading = ExitCodes.EXAMPLES,
      footer = {"  tplus1 models pin --config my.properties"},
      mixinStandardHelpOptions = true)
  int pin(@Mixin Options options) {
    return ask(options, ModelCommand.Kind.PIN, Optional.empty());
  }

  @Command(
      name = "unpin",
      description = "Lets gate and probation replace the champion again.",
      exitCodeListHeading = ExitCodes.HEADING,
      exitCodeList = {
        ExitCodes.DONE_LINE,
        ExitCodes.REFUSED_LINE,
        ExitCodes.USAGE_LINE,
        ExitCodes.NO_ANSWER_LINE
      },
      footerHeading = ExitCodes.EXAMPLES,
      footer = {"  tplus1 models unpin --config my.properties"},
      mixinStandardHelpOptions = true)
  int unpin(@Mixin Options options) {
    return ask(options, ModelCommand.Kind.UNPIN, Optional.empty());
  }

  @Command(
      name = "retrain",
      description = {
        "Trains a challenger now, on the samples that the retrain role holds, and waits for the end.",
        "",
        "The gate then judges it on the samples that follow: `list` shows what became of it. A training"
            + " may take minutes (retrain.time.limit): wait for it with --timeout."
      },
      exitCodeListHeading = ExitCodes.HEADING,
      exitCodeList = {
        ExitCodes.DONE_LINE,
        ExitCodes.REFUSED_LINE,
        ExitCodes.USAGE_LINE,
        ExitCodes.NO_ANSWER_LINE
      },
      footerHeading = ExitCodes.EXAMPLES,
      footer = {"  tplus1 models retrain --config my.properties --timeout 10m"},
      mixinStandardHelpOptions = true)
  int retrain(@Mixin Options options) {
    return ask(options, ModelCommand.Kind.RETRAIN, Optional.empty());
  }

  private int ask(Options options, ModelCommand.Kind kind, Optional<String> hash) {
    try (ModelConsole console = options.console()) {
      ModelEvent event = console.ask(ModelCommand.now(kind, hash, Clock.systemUTC()));
      if (options.json) {
        ModelView.eventJson(spec.commandLine().getOut(), event);
      } else {
        ModelView.event(spec.commandLine().getOut(), event);
      }
      return event.kind() == ModelEvent.Kind.REFUSED || event.kind() == ModelEvent.Kind.FAILED
          ? ExitCodes.FAILED
          : ExitCodes.OK;
    } catch (NoAnswerException e) {
      return complain(ExitCodes.NO_ANSWER, e.getMessage());
    }
  }

  private int complain(int code, String message) {
    Complaints.say(spec.commandLine(), message);
    return code;
  }
}
