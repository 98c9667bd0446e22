package io.tplus1.harness;

import io.tplus1.config.WindowSettings;
import io.tplus1.feature.FeatureVector;
import io.tplus1.topology.state.ForecastStores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;

/** A series' window as the stores hold it. */
final class StoredWindow {
  private StoredWindow() {}

  /** See {@link ForecastTestHarness#window}. */
  static List<FeatureVector> read(
      TopologyTestDriver driver, WindowSettings windows, int features, String key) {
    WindowStore<String, float[]> store = driver.getWindowStore(ForecastStores.VECTORS);
    long fromMs = ForecastStores.windowFromMs(driver.getKeyValueStore(ForecastStores.SERIES), key);
    List<FeatureVector> all = new ArrayList<>();
    try (WindowStoreIterator<float[]> vectors =
        store.fetch(key, Math.max(0, fromMs), Long.MAX_VALUE)) {
      vectors.forEachRemaining(
          next -> all.add(new FeatureVector(next.key, Arrays.copyOf(next.value, features))));
    }
    if (all.isEmpty()) {
      return all;
    }
    long oldest = all.get(all.size() - 1).timeMs() - windows.maxAge().toMillis();
    List<FeatureVector> young = all.stream().filter(vector -> vector.timeMs() >= oldest).toList();
    return young.subList(Math.max(0, young.size() - windows.steps()), young.size());
  }
}
