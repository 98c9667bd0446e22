package io.tplus1.topology;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.Shown;
import io.tplus1.serde.DecodedRecord;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts words that no vocabulary holds, and says the first one of each category: all of them are
 * one to whoever forecasts, so a misspelt vocabulary makes forecasts of nothing look right. Any
 * thread.
 */
final class UnknownWords {
  private static final Logger LOG = LoggerFactory.getLogger(UnknownWords.class);

  private final FeatureSchema schema;
  private final ForecastCounters counters;
  private final int[] categories;
  private final Set<Integer> said = ConcurrentHashMap.newKeySet();

  UnknownWords(FeatureSchema schema, ForecastCounters counters) {
    this.schema = schema;
    this.counters = counters;
    this.categories =
        IntStream.range(0, schema.size())
            .filter(feature -> schema.feature(feature).isCategory())
            .toArray();
  }

  /** Looks at a vector that is taken. */
  void look(DecodedRecord vector) {
    for (int category : categories) {
      if (vector.values()[category] == Feature.UNKNOWN) {
        counters.count(ForecastCounters.Event.UNKNOWN_WORD);
        if (said.add(category)) {
          say(schema.feature(category), vector.unknownWord(category));
        }
      }
    }
  }

  private static void say(Feature category, String word) {
    LOG.warn(
        "'{}' came as '{}', which is none of the {} words of its vocabulary: all such words are read, and forecast, as one. If the vocabulary lacks it, or spells it another way, give vocabulary.{}, or the model, all words, which changes a running application's state (src/site/upgrade.md, Changing a running application). (Said once of each category; counted as unknown_word)",
        category.name(),
        Shown.quote(word),
        category.width() - 1,
        category.name());
  }
}
