package io.tplus1.rnn.dl4j;

import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.RepeatVector;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;

/**
 * How many values the layers of a network of DL4J's hand on of one window, reckoned without running
 * it.
 *
 * <p>A width is what a layer's weights prove. Layers without weights hand on as many values as they
 * get, or repeat them, whatever their configuration says.
 */
final class NetworkSize {
  private long values;

  private NetworkSize() {}

  /**
   * Values of the window itself and of all layers; at least what DL4J makes of them as it runs.
   *
   * @param inputs values of a step
   * @throws ArithmeticException if they are more than a {@code long} holds
   */
  static long values(MultiLayerConfiguration configuration, int inputs, int steps) {
    NetworkSize size = new NetworkSize();
    Extent extent = size.count(new Extent(1, steps, inputs));
    for (int i = 0; i < configuration.getConfs().size(); i++) {
      Extent prepared = extent.behind(configuration.getInputPreProcess(i));
      extent = size.through(configuration.getConf(i).getLayer(), prepared);
    }
    return size.values;
  }

  /** Whether a layer, of those that wrap no other, has weights, which prove its sizes. */
  static boolean hasWeights(Layer layer) {
    return layer.initializer().numParams(layer) > 0;
  }

  private Extent through(Layer layer, Extent in) {
    if (layer instanceof Bidirectional pair) {
      NetworkSize halves = new NetworkSize(); // Side by side, they are what is merged.
      return count(halves.through(pair.getFwd(), in).beside(halves.through(pair.getBwd(), in)));
    }
    if (layer instanceof BaseWrapperLayer last) {
      return count(through(last.getUnderlying(), in).ofLastStep());
    }
    if (layer instanceof RepeatVector repeat) {
      return count(in.times(repeat.getN()));
    }
    if (!(layer instanceof FeedForwardLayer own) || !hasWeights(layer)) {
      return count(in);
    }
    // Within a network, an embedding takes each value of a vector for an id.
    return count(
        (layer instanceof EmbeddingSequenceLayer ? in.times(in.width()) : in).wide(own.getNOut()));
  }

  private Extent count(Extent extent) {
    values = Math.addExact(values, extent.values());
    return extent;
  }

  /**
   * What stands between two layers.
   *
   * @param rows that DL4J takes for results of a window each
   * @param steps of each; 1 where they are vectors
   * @param width values of a step
   */
  private record Extent(long rows, long steps, long width) {
    long values() {
      return Math.multiplyExact(Math.multiplyExact(rows, steps), width);
    }

    Extent times(long times) {
      return new Extent(rows, Math.multiplyExact(steps, times), width);
    }

    Extent wide(long units) {
      if (units < 1) {
        throw new ArithmeticException("a layer with weights of %d units".formatted(units));
      }
      return new Extent(rows, steps, units);
    }

    Extent ofLastStep() {
      return new Extent(rows, 1, width);
    }

    /** As two layers are merged: side by side at most. */
    Extent beside(Extent other) {
      return new Extent(
          Math.max(rows, other.rows),
          Math.max(steps, other.steps),
          Math.addExact(width, other.width));
    }

    Extent behind(InputPreProcessor preProcessor) {
      if (preProcessor instanceof FlattenSequence) {
        return new Extent(rows, 1, Math.multiplyExact(steps, width));
      }
      if (preProcessor instanceof RnnToFeedForwardPreProcessor) {
        return new Extent(Math.multiplyExact(rows, steps), 1, width);
      }
      return preProcessor instanceof FeedForwardToRnnPreProcessor
          ? new Extent(1, Math.multiplyExact(rows, steps), width)
          : this;
    }
  }
}
