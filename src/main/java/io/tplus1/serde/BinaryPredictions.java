package io.tplus1.serde;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ForecastStatus;
import io.tplus1.wire.WireForecast;
import io.tplus1.wire.WireReceipt;
import java.util.Arrays;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Predictions in the binary form of {@link WireForecast}, whose times and offsets that nobody knows
 * are the same numbers as here.
 */
public final class BinaryPredictions implements Serializer<Prediction> {
  private final int[] widths;

  public BinaryPredictions(FeatureSchema schema) {
    this.widths = widths(schema);
  }

  /** Values that each target has in a forecast. */
  static int[] widths(FeatureSchema schema) {
    return schema.targetFeatures().stream().mapToInt(Feature::width).toArray();
  }

  /**
   * Sees to it that a record is over a schema's targets.
   *
   * @param found widths of the record's
   * @throws IllegalArgumentException if they are others
   */
  static void requireWidths(int[] found, int[] widths) {
    if (!Arrays.equals(found, widths)) {
      throw new IllegalArgumentException(
          "targets of %s values were expected, found %s"
              .formatted(Arrays.toString(widths), Arrays.toString(found)));
    }
  }

  @Override
  public byte[] serialize(String topic, Prediction prediction) {
    return prediction == null
        ? null
        : new WireForecast(
                prediction.key(),
                prediction.timeMs(),
                prediction.status().name(),
                prediction.model(),
                widths,
                prediction.targetTimesMs(),
                prediction.values(),
                prediction.lower(),
                prediction.upper(),
                prediction.receipt().map(BinaryPredictions::receipt))
            .toBytes();
  }

  /**
   * Reads what {@link #serialize} wrote.
   *
   * @throws SerializationException if it is no forecast over the schema
   */
  Prediction read(byte[] value) {
    try {
      WireForecast forecast = WireForecast.read(value);
      requireWidths(forecast.widths(), widths);
      return new Prediction(
          forecast.key(),
          forecast.timeMs(),
          ForecastStatus.valueOf(forecast.status()),
          forecast.model(),
          forecast.targetTimesMs(),
          forecast.values(),
          forecast.lower(),
          forecast.upper(),
          forecast.receipt().map(BinaryPredictions::receipt));
    } catch (IllegalArgumentException e) {
      throw new SerializationException("not a prediction of these settings: " + e.getMessage(), e);
    }
  }

  private static WireReceipt receipt(Receipt receipt) {
    Receipt.Window window = receipt.window();
    return new WireReceipt(
        receipt.kernel(),
        window.fromMs(),
        window.steps(),
        window.hash(),
        window.partition(),
        window.firstOffset(),
        window.lastOffset(),
        receipt.experts(),
        receipt.weights(),
        receipt.linear(),
        receipt.given(),
        receipt.intervals());
  }

  private static Receipt receipt(WireReceipt receipt) {
    return new Receipt(
        receipt.kernel(),
        new Receipt.Window(
            receipt.fromMs(),
            receipt.steps(),
            receipt.windowHash(),
            receipt.partition(),
            receipt.firstOffset(),
            receipt.lastOffset()),
        receipt.experts(),
        receipt.weights(),
        receipt.linear(),
        receipt.given(),
        receipt.intervals());
  }
}
