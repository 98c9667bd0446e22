package io.tplus1;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tplus1.catalogue.ModelFile;
import io.tplus1.config.BrokerlessSettings;
import io.tplus1.config.Configuration;
import io.tplus1.config.ConfigurationFile;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Shown;
import io.tplus1.rnn.Verdict;
import io.tplus1.rnn.dl4j.Nd4jUnavailableException;
import io.tplus1.rnn.imported.ImportedArtifacts;
import io.tplus1.rnn.imported.ImportedName;
import io.tplus1.rnn.imported.ImportedWords;
import io.tplus1.rnn.keras.KerasImportException;
import io.tplus1.rnn.proof.Golden;
import io.tplus1.rnn.proof.GoldenFile;
import io.tplus1.topology.ForecastPlan;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes artifacts of networks that Keras or DL4J saved. */
@Command(
    name = "import",
    description = {
      "Reads recurrent models as Keras wrote them (HDF5), or DL4J's ModelSerializer (a MultiLayerNetwork's"
          + " zip), and writes artifacts that `run` loads.",
      "",
      "One line a file: name, ok|differs|refused, the largest error (- if it is refused; in parts of"
          + " the largest value of its output where that is above 1), kernel|dl4j (what will serve), and why. The kernel is held against DL4J, or a pass in doubles"
          + " where DL4J refuses the network; a network with layers that DL4J alone knows is served by it."
          + " With --golden-dir, what serves is held against known outputs, too: what does not give these is"
          + " not written.",
      "",
      "Known outputs are {\"input\": [batch][time][feature], \"output\": [batch][...]}, in the network's own"
          + " units, as model.predict(input) gives them, in float32 with all digits. An input of category"
          + " ids may be [batch][time]. With \"raw\": true they are in raw units, inputs and targets in"
          + " the order of the settings: then scaling and order are proven too.",
      "",
      "A model that was trained behind a scaler needs NAME.scaling.json beside NAME.h5 or NAME.zip, {\"inputs\":"
          + " {\"shift\": [...], \"scale\": [...]}, \"targets\": {\"shift\": [...], \"scale\": [...]}}: a"
          + " number for each input and each target; the network's value is (raw - shift) / scale."
          + " Without it the network reads and puts out raw units. `run` reads it beside model.file too."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {"0:all files are ok", "1:a file is refused or differs", "2:wrong usage"},
    footerHeading = ExitCodes.EXAMPLES,
    footer = {
      "  tplus1 import my-model.h5 --golden-dir . --out models",
      "  tplus1 import *.h5 --config my.properties --json",
      "  tplus1 import my-network.zip --config my.properties --out models"
    },
    mixinStandardHelpOptions = true)
final class ImportCommand implements Callable<Integer> {

  /** What TF32's ten bits may make of outputs, through a few layers and some steps. */
  private static final double LARGEST_OF_ROUNDING = 5e-3;

  /** A reader of JSON says on a line of its own where it stopped. */
  private static final Pattern LINE_BREAK = Pattern.compile("\\s*\\R\\s*");

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Files of Keras (.h5) or DL4J (.zip).")
  private List<Path> files;

  @Option(
      names = "--golden-dir",
      paramLabel = "DIR",
      description = "Folder of known inputs and outputs: NAME.json for NAME.h5 or NAME.zip.")
  private Path goldens;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Settings whose features, window.steps and forecast.horizon the models must fit."
              + " Default: fields f0, f1, … after the network's shapes.")
  private Path config;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where NAME.zip goes. Default: no artifact is written.")
  private Path out;

  @Option(names = "--json", description = "One JSON object a file.")
  private boolean json;

  /** What became of a file. */
  private record Line(
      String name,
      String verdict,
      OptionalDouble error,
      Optional<String> servedBy,
      String reason) {}

  @Override
  public Integer call() throws Exception {
    if (goldens != null && !Files.isDirectory(goldens)) {
      throw new ParameterException(
          spec.commandLine(), "--golden-dir: there is no folder " + goldens.toAbsolutePath());
    }
    requireNames();
    Optional<ImportedArtifacts.Fit> fit = config == null ? Optional.empty() : Optional.of(fit());
    PrintWriter print = spec.commandLine().getOut();
    boolean allOk = true;
    for (Path file : files) {
      Line line = read(file, fit);
      allOk &= line.verdict().equals("ok");
      if (json) {
        print.println(object(line));
      } else {
        print(print, line);
      }
      print.flush();
    }
    return allOk ? ExitCodes.OK : ExitCodes.FAILED;
  }

  private ImportedArtifacts.Fit fit() {
    Configuration configuration =
        new Configuration(BrokerlessSettings.of(ConfigurationFile.read(config, System.getenv())));
    ImportedArtifacts.Fit fit = ModelFile.fit(configuration);
    // Else `run` would refuse what is written.
    ForecastPlan.requireKeepable(configuration, fit.schema());
    return fit;
  }

  /** Each file's own name is that of what is written of it, and of what is known of it. */
  private void requireNames() throws IOException {
    Map<String, Path> byName = new HashMap<>();
    for (Path file : files) {
      Path other = byName.put(ImportedName.of(file), file);
      if (other != null && (out != null || goldens != null)) {
        throw new ParameterException(
            spec.commandLine(),
            "%s and %s have one name, %s: import them one at a time, to different folders"
                .formatted(other, file, ImportedName.of(file)));
      }
    }
    if (out != null) {
      List<Path> read = new ArrayList<>(files);
      Optional.ofNullable(config).ifPresent(read::add);
      for (Path file : files) {
        Path artifact = out.resolve(ImportedName.of(file) + ".zip");
        Outputs.requireArtifact(spec, "--out", artifact, read);
      }
    }
  }

  private Line read(Path file, Optional<ImportedArtifacts.Fit> fit) throws IOException {
    String name = ImportedName.of(file);
    try {
      Optional<Golden> golden = golden(name);
      ModelArtifact artifact = ImportedArtifacts.read(file, fit, golden);
      if (golden.isEmpty()) {
        ImportedArtifacts.requireFinite(artifact);
      }
      Verdict verdict = Verdict.of(artifact);
      String reason = verdict.reason();
      if (goldens != null && golden.isEmpty()) {
        reason += notGolden(name);
      }
      reason += "; " + ImportedWords.of(file, artifact, fit);
      if (out != null && verdict.golden()) {
        Outputs.write(out.resolve(name + ".zip"), artifact);
      } else if (out != null) {
        reason += notWritten(name, verdict, golden.filter(Golden::raw).isPresent());
      }
      return new Line(
          name,
          verdict.ok() ? "ok" : "differs",
          verdict.maxAbsError(),
          Optional.of(verdict.servedBy()),
          reason);
    } catch (KerasImportException
        | IllegalArgumentException
        | InvalidArtifactException
        | Nd4jUnavailableException e) {
      return new Line(name, "refused", OptionalDouble.empty(), Optional.empty(), e.getMessage());
    }
  }

  /** Whoever gives a folder of known outputs is to see of which file it has none. */
  private String notGolden(String name) {
    return " (no %s.json in %s: held against no known outputs)".formatted(name, goldens);
  }

  private String notWritten(String name, Verdict verdict, boolean raw) {
    return "; %s.zip is not written, as the model does not give the outputs of %s: %s"
        .formatted(
            name,
            goldens.resolve(name + ".json"),
            verdict.maxAbsError().orElse(0) <= LARGEST_OF_ROUNDING
                ? "they are rounded, or were computed with less than float32 (TF32, which GPUs use unless TensorFlow is told otherwise, half precision), or float32 itself rounds more in this network than is granted (scale its inputs), or either is of another training"
                : "either is of another training" + (raw ? ", scaling or order of columns" : ""));
  }

  private Optional<Golden> golden(String name) throws InvalidArtifactException {
    if (goldens == null) {
      return Optional.empty();
    }
    Path file = goldens.resolve(name + ".json");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(GoldenFile.read(file));
    } catch (IOException e) {
      throw new InvalidArtifactException(e.getMessage(), e);
    }
  }

  private static void print(PrintWriter print, Line line) {
    String error =
        line.error().isEmpty()
            ? "-"
            : String.format(Locale.ROOT, "%.1e", line.error().getAsDouble());
    Shown.print(
        print,
        "%s %s %s %s %s%n",
        line.name(),
        line.verdict(),
        error,
        line.servedBy().orElse("-"),
        LINE_BREAK.matcher(line.reason()).replaceAll(" "));
  }

  private static ObjectNode object(Line line) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("name", line.name());
    object.put("verdict", line.verdict());
    object.put("maxAbsError", line.error().isEmpty() ? null : line.error().getAsDouble());
    object.put("servedBy", line.servedBy().orElse(null));
    object.put("reason", line.reason());
    return object;
  }
}
