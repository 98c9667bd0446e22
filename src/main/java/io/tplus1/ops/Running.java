package io.tplus1.ops;

import io.tplus1.model.ModelRegistry;
import io.tplus1.topology.ForecastCounters;
import io.tplus1.topology.models.ModelCounters;
import io.tplus1.topology.retrain.RetrainCounters;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.streams.KafkaStreams;

/**
 * What runs in the process that {@link Operations} watch, which neither start nor close it.
 *
 * @param forecasts the forecast topology; empty in a process that retrains alone
 * @param others other topologies, of which metrics are shown
 * @param counters what the forecasts count
 * @param models what became of the records of {@code models}
 * @param registry tells which model serves
 * @param learnt what the side topology of this process does; empty where none runs
 */
public record Running(
    Optional<KafkaStreams> forecasts,
    List<KafkaStreams> others,
    ForecastCounters counters,
    ModelCounters models,
    ModelRegistry registry,
    Optional<RetrainCounters> learnt) {

  public Running {
    others = List.copyOf(others);
  }

  /** All of it. */
  List<KafkaStreams> streams() {
    return Stream.concat(forecasts.stream(), others.stream()).toList();
  }

  /**
   * Of the forecasts, if they run here: to start the process anew would hold them up, for the sake
   * of learning that hangs. Brokers are silent from now on.
   *
   * @param lag records that the forecasts have not yet read
   */
  Vitals vitals(Supplier<OptionalLong> lag) {
    return forecasts
        .<Vitals>map(
            streams -> new Vitals.OfForecasts(streams, registry, BrokerAnswers.of(streams), lag))
        .orElseGet(() -> new Vitals.OfRetraining(others.get(0)));
  }

  /** Of the retrain role beside forecasts; empty where only one of both runs. */
  Optional<Vitals> vitalsBeside() {
    return forecasts.flatMap(unused -> others.stream().findFirst()).map(Vitals.OfRetraining::new);
  }
}
