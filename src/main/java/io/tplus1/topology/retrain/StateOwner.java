package io.tplus1.topology.retrain;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.KeptState;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose the side topology's stores are: what was learnt, pinned and judged under one model name
 * says nothing of another, nor do samples and sums of other features, targets or words. For the
 * stream thread.
 *
 * <p>Stores that are another's may be so by a slip in the settings, and what is dropped of them
 * nothing brings back. So they are left as they are until a record of the forecasts shows that
 * these settings are meant. Where the records of the name of now come to another task, they stay
 * for good.
 *
 * <p>The name lies under {@code model} in the store of the history, UTF-8. Former builds wrote
 * none: their stores count as those of the name of now, as do those of the schema of now that do
 * not say theirs, see {@link RetrainProgress}.
 */
final class StateOwner {
  private static final Logger LOG = LoggerFactory.getLogger(StateOwner.class);
  private static final String KEY = "model";

  private static final String UNTIL =
      "Nothing of it is deleted, and here nothing is learnt and no command carried out, until the forecasts give %s: with the first, %s. If that is meant, there is nothing to do; if not, stop the forecasts and put back %s, then start anew "
          + KeptState.CHANGING;

  private final RetrainPlan plan;
  private final int partition;
  private final KeyValueStore<String, byte[]> history;
  private final String name;
  private boolean claimed;
  private final Optional<String> other;

  /**
   * Reads whose they are, and changes nothing.
   *
   * @param partition of the inputs, whose records the stores are made of
   */
  StateOwner(RetrainPlan plan, int partition, KeyValueStore<String, byte[]> history) {
    this.plan = plan;
    this.partition = partition;
    this.history = history;
    byte[] stored = history.get(KEY);
    this.name = stored == null ? plan.modelName : new String(stored, UTF_8);
    this.claimed = stored != null && isNamed();
    this.other = isNamed() ? otherSchema() : Optional.of(otherName());
  }

  private boolean isNamed() {
    return name.equals(plan.modelName);
  }

  private String otherName() {
    return "what is kept of partition %d is of another model: model.name %s was found, and %s was expected. %s"
        .formatted(
            partition,
            name,
            plan.modelName,
            UNTIL.formatted(
                "samples or scores of " + plan.modelName + " to this partition",
                "all of it is dropped for good; where they give them to another one, they are learnt there, and this stays, of no use",
                "model.name"));
  }

  private Optional<String> otherSchema() {
    RetrainProgress progress = new RetrainProgress(plan.retrain, plan.task, List.of());
    progress.load(history);
    FeatureSchema schema = plan.task.schema();
    if (!progress.isOfOtherSchema()) {
      return Optional.empty();
    }
    return Optional.of(
        "what is kept here is of other features, targets or words: their mark %08x was found, and %08x was expected, that of the %d features and %d targets that are set, and the words of their categories. %s"
            .formatted(
                progress.madeUnder(),
                schema.fingerprint(),
                schema.size(),
                schema.targets().size(),
                UNTIL.formatted(
                    "samples or scores of these",
                    "the samples and what linear experts and a challenger have learnt are dropped for good",
                    "features, targets, vocabulary.* and the model.file whose words stand in for it")));
  }

  /** Why the stores are another's, for people; empty if they are not. */
  Optional<String> other() {
    return other;
  }

  /** The model name that the stores are of, where that is another one. */
  Optional<String> otherModel() {
    return isNamed() ? Optional.empty() : Optional.of(name);
  }

  /** Hash of the champion of the name of now, which other features leave in its place. */
  Optional<String> champion(ModelHistory kept) {
    return isNamed() ? Optional.ofNullable(kept.champion()) : Optional.empty();
  }

  /**
   * Why a record of the model does not show that what is another's is to go; empty if it does.
   *
   * <p>Under another name its key does: forecasts alone write samples and scores, and these under
   * the name that they are set to; it may only not say other features. Under other features the
   * record has to say that it is of those of now. A sample of former releases, which says nothing,
   * is not enough: the topic still holds those from before, and the stores say theirs, so that a
   * later build has run here since.
   */
  Optional<String> refusal(Record<String, RetrainInput> record, SampleFit fit) {
    RetrainInput input = record.value();
    if (!input.isOfForecasts()) {
      return Optional.of("it is none of the forecasts");
    }
    if (!(isNamed() ? fit.isSaid(record.headers()) : fit.isPossible(record.headers()))) {
      return Optional.of(
          "what is kept is another's, and it does not say that it is of the features, targets and words of now");
    }
    return input instanceof RetrainInput.Sample sample
        ? fit.misfit(sample.sample(), record.headers())
        : Optional.empty();
  }

  /**
   * Lets what is another's go: all of another name; of other features what does not fit those of
   * now, which whoever loads it drops.
   */
  void giveWay(RetrainStores stores) {
    LOG.info(
        "Model {}: the forecasts have begun under these settings: what is kept of {} is dropped",
        plan.modelName,
        isNamed() ? "other features, targets or words" : "model " + name);
    if (!isNamed()) {
      stores.clear();
    }
  }

  /** Whether a record of the model came, now or before. */
  boolean isClaimed() {
    return claimed;
  }

  /** Notes the name; with the first record of the model, since other tasks keep nothing. */
  void claim() {
    if (!claimed) {
      history.put(KEY, plan.modelName.getBytes(UTF_8));
      claimed = true;
    }
  }
}
