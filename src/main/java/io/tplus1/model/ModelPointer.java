package io.tplus1.model;

import java.util.List;

/**
 * Which artifact serves under a model name: the champion pointer of {@code models}.
 *
 * @param champion hash of the artifact that serves
 * @param previous hashes of former champions, newest first; one can go back to them
 * @param pinned whether nothing but a command may replace the champion
 * @param epoch grows by one with every pointer of the model name
 * @param reason why it became the champion, for people
 */
public record ModelPointer(
    String champion, List<String> previous, boolean pinned, long epoch, String reason) {
  public ModelPointer {
    previous = List.copyOf(previous);
  }
}
