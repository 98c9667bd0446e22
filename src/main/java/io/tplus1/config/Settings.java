package io.tplus1.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.NO_DEFAULT_VALUE;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.Type.BOOLEAN;
import static org.apache.kafka.common.config.ConfigDef.Type.DOUBLE;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LIST;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;
import static org.apache.kafka.common.config.ConfigDef.ValidString.in;

import io.tplus1.model.ModelFit;
import io.tplus1.topic.TopicContracts;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** Every setting of tplus1: name, type, default, validator and meaning, beside each other. */
final class Settings {
  /** Bytes of a model's name: keys of which it is a part hold at most 24 more, and 1,024 in all. */
  private static final int LONGEST_MODEL = 1_000;

  static final ConfigDef DEFINITION =
      new SettingsGroup("Stream")
          .add(
              "application.id",
              STRING,
              "tplus1",
              HIGH,
              KafkaName.OF_APPLICATION,
              "Base of the applications' ids: the forecasts run as `<application.id>-forecast`.")
          .add(
              "bootstrap.servers",
              LIST,
              List.of(),
              HIGH,
              null,
              "Brokers to start from, `host:port`, with commas.")
          .add(
              "model.name",
              STRING,
              "default",
              MEDIUM,
              ofModel(),
              "Key of this application's model in `models`, of its samples, commands and events; 1,000 bytes of UTF-8 at most. Under another name the retrain role begins anew, with the first sample or scores that bear it.")
          .add(
              "model.file",
              STRING,
              "",
              HIGH,
              null,
              "What serves from the start: an artifact, as `tplus1 train` and `import` write it, or a network that Keras (`.h5`, `.hdf5`) or DL4J (a zip) saved, which reads raw units unless `NAME.scaling.json` lies beside it. Empty: the last value until there is a model.")
          .group("Feature vectors")
          .add(
              "features",
              LIST,
              NO_DEFAULT_VALUE,
              HIGH,
              null,
              "Names of a vector's fields, in order.")
          .add(
              "categories",
              LIST,
              List.of(),
              MEDIUM,
              null,
              "Which of `features` are categories; `vocabulary.NAME` lists the words of each, with commas between or as an array of JSON (`[\"a\",\",\",\" \"]`), or `train` learns them and the artifact carries them.")
          .add(
              "inputs",
              LIST,
              List.of(),
              LOW,
              null,
              "Which of `features` the network reads. Empty: all.")
          .add(
              "targets",
              LIST,
              List.of(),
              MEDIUM,
              null,
              "Which of `features` are forecast. Empty: all.")
          .add(
              "features.extra",
              STRING,
              "reject",
              MEDIUM,
              in("reject", "ignore"),
              "What happens to a record with fields outside the schema.")
          .add(
              "features.format",
              STRING,
              "auto",
              LOW,
              in("auto", "json", "binary"),
              "Which form vectors have: `json`, the compact `binary` one, or either, told apart record by record (`auto`). What has another form is dead-lettered. `tplus1 demo` and `produce` write JSON unless this is `binary`.")
          .add(
              "time.source",
              STRING,
              "auto",
              MEDIUM,
              in("auto", "field", "record"),
              "Where the event time is read: `field`, the record's timestamp (`record`), or the field if there is one (`auto`).")
          .add(
              "time.field",
              STRING,
              "timestamp",
              MEDIUM,
              new ConfigDef.NonEmptyString(),
              "The field that holds the event time, as ISO-8601 (UTC without an offset) or epoch milliseconds.")
          .add(
              "time.max.ahead",
              STRING,
              "auto",
              MEDIUM,
              null,
              "How far an event time may lie ahead of the clock before the record is dead-lettered; `off` for replays. `auto`: an hour, or `max.lateness` where that is less, but a minute at least: beyond it, one vector from a wrong clock makes those of all other series too late.")
          .add(
              "dead.letter.max.bytes",
              INT,
              2_000_000,
              LOW,
              between(100_000, 90_000_000),
              "Largest dead letter: of a larger record key and value are cut, headers too large by themselves left out, and a header says so. The topic must take it.")
          .group("Windows")
          .add("window.steps", INT, 24, HIGH, between(1, 10_000), "N: vectors of a full window.")
          .add(
              "window.max.age",
              STRING,
              "7d",
              HIGH,
              Durations.POSITIVE,
              "Vectors older than this before a series' newest are not in its window.")
          .add(
              "max.lateness",
              STRING,
              "1d",
              HIGH,
              Durations.VALID,
              "A vector that is older than the newest of its partition, of whatever series, by more than this is dead-lettered as `TOO_LATE`.")
          .add(
              "window.retention",
              STRING,
              "",
              MEDIUM,
              Durations.OPTIONAL,
              "How long vectors and silent series are kept, in event time. Empty: `window.max.age` + `max.lateness`, the least that is allowed. Learning with windows nearly as long as `window.max.age` needs `forecast.horizon` steps more.")
          .add(
              "history.minimum",
              INT,
              0,
              MEDIUM,
              atLeast(0),
              "Fewest vectors from which a forecast is made, padded on the left and marked `COLD_START`. 0: `window.steps`.")
          .add(
              "forecast.horizon",
              INT,
              1,
              HIGH,
              between(1, ModelFit.MOST_HORIZON),
              "H: steps ahead that a forecast covers. The state of a series must fit 1,000,000 bytes: some 2 × H² × targets × (2 + experts that are mixed, each season and each of `markov.contexts` for one), for a category more, with `interval.pool` 5 more; the start names the largest H whose state fits.")
          .add(
              "step.interval",
              STRING,
              "",
              LOW,
              Durations.OPTIONAL,
              "Time between two vectors of a series, for target times and gaps. Empty: the median of its last intervals; `gap.fill` then counts absent steps once a window holds four vectors.")
          .add(
              "window.store",
              STRING,
              "rocksdb",
              MEDIUM,
              in("rocksdb", "memory"),
              "Where vectors and series' states are kept; both have changelogs.")
          .add(
              "window.heap.series",
              INT,
              1_000_000,
              MEDIUM,
              atLeast(1),
              "Most series per task whose windows are held on the heap; the others are read from the store when they speak.")
          .add(
              "window.heap.share",
              DOUBLE,
              0.4,
              MEDIUM,
              between(0, 0.9),
              "Largest share of the process' heap that those windows and what is kept beside them take up, over all tasks and by estimate, of long keys too; series beyond are read from the store as well.")
          .add(
              "window.heap.projections",
              LONG,
              67_108_864L,
              LOW,
              atLeast(0),
              "Most bytes per task for what the first recurrent layer makes of the vectors in those windows, kept so that a forecast computes it for the newest vector alone; series beyond compute all of it. The plain kernel alone uses it: it made the vector kernel slower. 0: off.")
          .with(TrainingGroup::add)
          .with(ForecastGroup::add)
          .with(RetrainGroup::add)
          .with(OperationsGroup::add)
          .group("Files")
          .add(
              "csv.format",
              STRING,
              "csv",
              MEDIUM,
              in("csv", "text"),
              "`csv` with a header line, or `text`: each character is a vector of one category, its position the time.")
          .add("csv.key", STRING, "", MEDIUM, null, "Column of the series' key. Empty: one series.")
          .add(
              "csv.time",
              STRING,
              "",
              MEDIUM,
              null,
              "Column of the event time, from 1970 on. Empty: rows are counted.")
          .add(
              "csv.time.format",
              STRING,
              "iso",
              MEDIUM,
              null,
              "`iso`, `epoch.ms`, `epoch.s`, `steps` (whole numbers that count steps), or a pattern such as `yyyy/M/d H:mm` (UTC; `yy` means the years 2000 to 2099).")
          .add(
              "csv.time.step",
              STRING,
              "",
              LOW,
              Durations.OPTIONAL,
              "Length of one step where times are counted. Empty: `step.interval`, or 1h without it.")
          .add(
              "csv.missing",
              STRING,
              "NA",
              LOW,
              null,
              "Text that stands for a missing value, as an empty one and `missing.values` do; in columns of words, too.")
          .group("Topics")
          .add(
              "output.format",
              STRING,
              "json",
              LOW,
              in("json", "binary"),
              "Form of forecasts and scores: `json`, or the compact `binary` one.")
          .add("topics.create", BOOLEAN, true, MEDIUM, null, "Whether missing topics are created.")
          .topics(TopicContracts.IDS)
          .definition();

  private Settings() {}

  private static ConfigDef.Validator ofModel() {
    String expected = "1 to %d bytes of UTF-8".formatted(LONGEST_MODEL);
    return ConfigDef.LambdaValidator.with(
        (name, value) -> {
          int bytes = ((String) value).getBytes(StandardCharsets.UTF_8).length;
          if (bytes < 1 || bytes > LONGEST_MODEL) {
            throw new ConfigException(
                name, value, "%s are expected, found %d".formatted(expected, bytes));
          }
        },
        () -> expected);
  }
}
