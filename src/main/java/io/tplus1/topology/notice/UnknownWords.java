package io.tplus1.topology.notice;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.KeptState;
import io.tplus1.model.Shown;
import io.tplus1.serde.DecodedRecord;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says the first word of each category that its vocabulary does not hold: all such words are one to
 * whoever forecasts, so a misspelt vocabulary makes forecasts of nothing look right. Any thread.
 */
public final class UnknownWords {
  private static final Logger LOG = LoggerFactory.getLogger(UnknownWords.class);

  private final FeatureSchema schema;
  private final int[] categories;
  private final Set<Integer> said = ConcurrentHashMap.newKeySet();

  public UnknownWords(FeatureSchema schema) {
    this.schema = schema;
    this.categories =
        IntStream.range(0, schema.size())
            .filter(feature -> schema.feature(feature).isCategory())
            .toArray();
  }

  /** Looks at a vector that is taken, and tells how many such words it holds. */
  public int look(DecodedRecord vector) {
    int unknown = 0;
    for (int category : categories) {
      if (vector.values()[category] == Feature.UNKNOWN) {
        unknown++;
        if (said.add(category)) {
          say(schema.feature(category), vector.unknownWord(category));
        }
      }
    }
    return unknown;
  }

  private static void say(Feature category, String word) {
    LOG.warn(
        "'{}' came as '{}', which is none of the {} words of its vocabulary: all such words are read, and forecast, as one. If the vocabulary lacks it, or spells it another way, give vocabulary.{}, or the model, all words, which changes a running application's state "
            + KeptState.CHANGING
            + ". (Said once of each category; counted as unknown_word)",
        category.name(),
        Shown.quote(word),
        category.width() - 1,
        category.name());
  }
}
