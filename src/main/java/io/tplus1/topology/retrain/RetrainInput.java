package io.tplus1.topology.retrain;

import io.tplus1.model.TrainingSample;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelCommandSerde;
import io.tplus1.serde.ModelScores;
import io.tplus1.serde.ModelScoresSerde;
import io.tplus1.serde.SampleSerde;
import java.util.function.Function;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/** A record of one of the side topology's three inputs. */
sealed interface RetrainInput {

  /**
   * Whether it is the forecasts' own, and so in the model's partition. What others write may be in
   * another one, of another task with stores of its own: a champion there would be a second one.
   */
  default boolean isOfForecasts() {
    return this instanceof Sample || this instanceof Scores;
  }

  /** A record of {@code training-samples}. */
  record Sample(TrainingSample sample) implements RetrainInput {}

  /** A record of {@code model-scores}. */
  record Scores(ModelScores scores) implements RetrainInput {}

  /** A record of {@code model-commands}. */
  record Command(ModelCommand command) implements RetrainInput {}

  /** A record that is none of these; it changes nothing. */
  record Broken(String reason) implements RetrainInput {}

  static Deserializer<RetrainInput> samples() {
    return reader(bytes -> new Sample(SampleSerde.read(bytes)));
  }

  static Deserializer<RetrainInput> scores() {
    return reader(bytes -> new Scores(ModelScoresSerde.read(bytes)));
  }

  static Deserializer<RetrainInput> commands() {
    return reader(bytes -> new Command(ModelCommandSerde.read(bytes)));
  }

  /** Never throws: what is wrong with a record is told by the record. */
  private static Deserializer<RetrainInput> reader(Function<byte[], RetrainInput> read) {
    return (topic, bytes) -> {
      if (bytes == null) {
        return new Broken("it has no value");
      }
      try {
        return read.apply(bytes);
      } catch (SerializationException e) {
        return new Broken(e.getMessage());
      }
    };
  }
}
