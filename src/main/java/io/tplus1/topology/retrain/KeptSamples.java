package io.tplus1.topology.retrain;

import io.tplus1.model.TrainingSample;
import io.tplus1.train.SampleBuffer;
import io.tplus1.train.SampleCheck;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The samples that are learnt from, each under its sequence number: the store is the truth, the
 * buffer is what the heap has of it. For the stream thread.
 */
final class KeptSamples {
  private static final Logger LOG = LoggerFactory.getLogger(KeptSamples.class);

  private final String modelName;
  private final KeyValueStore<Long, TrainingSample> store;
  private final SampleBuffer buffer;
  private final SampleRows rows;
  private final RowKinds kinds;

  /** Sequence numbers of those that lie in the store alone until a sample that fits comes. */
  private final List<Long> leaving = new ArrayList<>();

  /**
   * @param buffer empty
   * @param rows of samples that fit
   * @param kinds of the rows of those that are kept
   */
  KeptSamples(
      String modelName,
      KeyValueStore<Long, TrainingSample> store,
      SampleBuffer buffer,
      SampleRows rows,
      RowKinds kinds) {
    this.modelName = modelName;
    this.store = store;
    this.buffer = buffer;
    this.rows = rows;
    this.kinds = kinds;
  }

  /** Those that are learnt from. */
  SampleBuffer buffer() {
    return buffer;
  }

  /** Why there is nothing to learn from, where the buffer is empty. */
  String whyNone() {
    return leaving.isEmpty()
        ? "there are no samples yet"
        : "%d samples are kept, and none fits these settings: the log of the start says which to look at"
            .formatted(leaving.size());
  }

  /**
   * Keeps a sample that fits, and drops those for which there is no room any longer, or that do not
   * fit as it does.
   *
   * @return sequence number of the newest that is dropped; 0 if none is
   */
  long add(long sequence, TrainingSample sample) {
    if (!leaving.isEmpty()) {
      LOG.info(
          "{} kept samples of model {} are dropped: the settings, or the networks that learning goes on from, have changed since",
          leaving.size(),
          modelName);
    }
    store.put(sequence, sample);
    kinds.keep(sequence, rows.kinds());
    leaving.addAll(toBuffer(sequence, sample));
    long newest = 0;
    for (long gone : leaving) {
      store.delete(gone);
      newest = Math.max(newest, gone);
    }
    leaving.clear();
    return newest;
  }

  /**
   * Lets those that are learnt from take other bytes than before. Those that have no room then lie
   * in the store alone until the next sample comes, as at a start.
   */
  void limit(long mostBytes) {
    List<Long> out = buffer.limit(mostBytes);
    if (!out.isEmpty()) {
      leaving.addAll(out);
      LOG.info(
          "Model {}: what learning goes on from takes more of retrain.memory.limit than what it went on from before, so {} samples are learnt from no longer, and {} are",
          modelName,
          out.size(),
          buffer.size());
    }
  }

  /** Stored samples do not say which of their steps teach nothing; their rows do. */
  private List<Long> toBuffer(long sequence, TrainingSample sample) {
    return buffer.add(sequence, rows.read(sample, kinds.of(sequence, rows.kinds())));
  }

  /**
   * Fills the buffer again, from which linear experts and usual changes learn again. What does not
   * fit the settings of now, or finds no room, stays in the store until a sample that fits comes:
   * before, these settings may be a slip, and what is deleted nothing brings back. What was stored
   * without a commit is dropped, and so is what is of other features: of those the forecasts have
   * spoken, see {@link StateOwner}.
   *
   * @param spares whether samples that fall out of the buffer here stay stored, for a start that
   *     has room for them again
   */
  void load(SampleCheck check, RetrainProgress progress, LinearParts linear, boolean spares) {
    List<Long> dropped = new ArrayList<>();
    long newest = 0;
    try (KeyValueIterator<Long, TrainingSample> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<Long, TrainingSample> next = all.next();
        if (progress.isOfOtherSchema() || next.key > progress.sequence) {
          dropped.add(next.key); // Without a commit it will be read, and counted, again.
        } else if (!progress.rowsAreReadable() || check.misfit(next.value).isPresent()) {
          leaving.add(next.key);
        } else {
          loseBetween(newest, next.key, progress);
          newest = next.key;
          List<Long> out = toBuffer(next.key, next.value);
          if (!spares) {
            leaving.addAll(out);
          }
          linear.relearn(next.key, next.value);
          progress.usual.addOwn(next.value);
        }
      }
    }
    loseBetween(newest, progress.sequence + 1, progress);
    dropped.forEach(store::delete);
    if (!leaving.isEmpty()) {
      LOG.warn(
          "{} kept samples of model {} do not fit these settings, or have no room under them (such as forecast.horizon, window.steps, train.inputs, experts, retrain.buffer and retrain.memory.limit): with the first sample that does they are dropped for good; until then they are back where the settings are put back",
          leaving.size(),
          modelName);
    }
  }

  /** Models may have learnt from samples that came between two that are kept. */
  private void loseBetween(long kept, long next, RetrainProgress progress) {
    if (kept + 1 < next) {
      buffer.lose(next - 1, progress.eventMs, progress.milestones);
    }
  }
}
