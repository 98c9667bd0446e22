package io.tplus1.rnn.keras;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How a model was compiled, as far as its file says it in a form that is known here.
 *
 * @param loss in snake case and in full, such as {@code mean_squared_error}; empty where there are
 *     several, or one of the user's own
 * @param optimizer the class, such as {@code RMSprop}
 * @param learningRate empty where it follows a schedule
 */
public record KerasTraining(
    Optional<String> loss, Optional<String> optimizer, OptionalDouble learningRate) {}
