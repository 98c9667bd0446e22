package io.tplus1.instance;

import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.rnn.training.RnnLearning;
import io.tplus1.rnn.training.RnnTrainer;
import io.tplus1.topology.retrain.RetrainCounters;
import io.tplus1.topology.retrain.RetrainPlan;
import io.tplus1.topology.retrain.RetrainTools;
import io.tplus1.topology.retrain.RetrainTopology;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.Topology;

/**
 * The side topology with what it works with: the training threads, which no stream thread waits
 * for. Closed after the topology.
 */
public final class Retraining implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final RetrainCounters counters = new RetrainCounters();
  private final TrainingThreads training = new TrainingThreads(PATIENCE);

  /** Makes the topology, for one application. */
  public Topology topology(RetrainPlan plan) {
    return RetrainTopology.build(
        plan,
        new RetrainTools(
            new RnnLearning(),
            new RnnTrainer(),
            new RnnModelLoader(),
            training,
            System::nanoTime,
            TimeUnit.NANOSECONDS::sleep,
            counters));
  }

  /** What it has done since it was made. */
  public RetrainCounters counters() {
    return counters;
  }

  /** Gives up the training that runs. */
  @Override
  public void close() {
    training.close();
  }
}
