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

  private final KeyValueStore<Long, TrainingSample> store;
  private final SampleBuffer buffer;
  private final SampleRows rows;

  /**
   * @param buffer empty
   * @param rows of samples that fit
   */
  KeptSamples(KeyValueStore<Long, TrainingSample> store, SampleBuffer buffer, SampleRows rows) {
    this.store = store;
    this.buffer = buffer;
    this.rows = rows;
  }

  /**
   * Keeps a sample, and drops those for which there is no room any longer.
   *
   * @return sequence number of the newest that is dropped; 0 if none is
   */
  long add(long sequence, TrainingSample sample) {
    store.put(sequence, sample);
    long newest = 0;
    for (long gone : toBuffer(sequence, sample)) {
      store.delete(gone);
      newest = Math.max(newest, gone);
    }
    return newest;
  }

  /** Stored samples do not say which of their steps teach nothing; their rows do. */
  private List<Long> toBuffer(long sequence, TrainingSample sample) {
    return buffer.add(sequence, rows.read(sample));
  }

  /**
   * Fills the buffer again, from which linear experts and usual changes learn again. Drops what
   * does not fit the settings of now, and what was stored without a commit.
   *
   * @param spares whether samples that fall out of the buffer here stay stored, for a start that
   *     has room for them again
   */
  void load(
      String modelName,
      SampleCheck check,
      RetrainProgress progress,
      LinearParts linear,
      boolean spares) {
    List<Long> dropped = new ArrayList<>();
    int misfits = 0;
    long newest = 0;
    try (KeyValueIterator<Long, TrainingSample> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<Long, TrainingSample> next = all.next();
        if (!progress.rowsAreReadable() || check.misfit(next.value).isPresent()) {
          dropped.add(next.key);
          misfits++;
        } else if (next.key > progress.sequence) {
          dropped.add(next.key); // Stored without a commit: it will be read, and counted, again.
        } else {
          loseBetween(newest, next.key, progress);
          newest = next.key;
          List<Long> out = toBuffer(next.key, next.value);
          if (!spares) {
            dropped.addAll(out);
          }
          linear.relearn(next.key, next.value);
          progress.usual.addOwn(next.value);
        }
      }
    }
    loseBetween(newest, progress.sequence + 1, progress);
    dropped.forEach(store::delete);
    if (misfits > 0) {
      LOG.info(
          "{} kept samples of model {} are dropped: the settings have changed since",
          misfits,
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
