package io.tplus1.ops;

import java.io.IOException;

/** Answers requests. */
@FunctionalInterface
interface Handler {
  Answer answer(Call call) throws Refusal, IOException;
}
