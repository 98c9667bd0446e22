package io.tplus1.topology.retrain;

import io.tplus1.topic.StoreContract;
import java.util.List;

/**
 * Names of nodes and stores of the side topology.
 *
 * <p>They are the upgrade contract; they differ from those of the forecast topology, so that tests
 * and replays build both in one.
 */
public final class RetrainNodes {
  /** Source of training samples. */
  static final String SAMPLES = "retrain-training-samples";

  /** Source of matured errors by model. */
  static final String SCORES = "retrain-model-scores";

  /** Source of commands. */
  static final String COMMANDS = "retrain-model-commands";

  /** Processor that learns, judges and decides. */
  static final String RETRAIN = "retrain";

  /** Sink of artifacts, pointers and linear parts. */
  static final String MODELS = "retrain-models";

  /** Sink of events. */
  static final String EVENTS = "retrain-model-events";

  /** Key-value store of kept samples, key: sequence number. */
  public static final String BUFFER = "retrain-samples";

  /** Key-value store of the history of models; see {@link ModelHistory}. */
  public static final String HISTORY = "retrain-history";

  /** Key-value store of what goes on learning: the networks' state, sums of the linear experts. */
  public static final String LEARNER = "retrain-learner";

  /** The stores, which all have changelogs. */
  public static final List<StoreContract> STORES =
      List.of(
          StoreContract.ofValues(BUFFER),
          StoreContract.ofValues(HISTORY),
          StoreContract.ofValues(LEARNER));

  private RetrainNodes() {}
}
