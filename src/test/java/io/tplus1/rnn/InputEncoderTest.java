package io.tplus1.rnn;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.Scaling;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class InputEncoderTest {

  @Property(tries = 200, seed = "20261125")
  void encodeNewest_anyLayout_isEachStepEncoded(
      @ForAll @IntRange(min = 1, max = 9) int features,
      @ForAll @IntRange(min = 0, max = 2) int behind,
      @ForAll @IntRange(min = 1, max = 120) int steps,
      @ForAll long seed) {
    Random random = new Random(seed);
    FeatureSchema schema =
        FeatureSchema.ofNumbers(
            IntStream.range(0, features).mapToObj(i -> "f" + i).toArray(String[]::new));
    int width = features + behind;
    float[] buffer = new float[steps * width];
    for (int i = 0; i < buffer.length; i++) {
      buffer[i] = (float) random.nextGaussian();
    }
    FeatureWindow window = FeatureWindow.over(buffer, new long[steps], width, 0, steps);
    float[] shift = new float[features];
    float[] scale = new float[features];
    for (int i = 0; i < features; i++) {
      shift[i] = (float) random.nextGaussian();
      scale[i] = 0.1f + random.nextFloat();
    }
    InputEncoder encoder = new InputEncoder(schema, new Scaling(shift, scale), false);
    int newest = 1 + random.nextInt(steps);
    float[] together = new float[3 + newest * features];
    float[] oneByOne = new float[together.length];
    encoder.encodeNewest(window, newest, together, 3);
    for (int s = 0; s < newest; s++) {
      encoder.encode(window, steps - newest + s, oneByOne, 3 + s * features);
    }
    assertThat(together).isEqualTo(oneByOne);
  }
}
