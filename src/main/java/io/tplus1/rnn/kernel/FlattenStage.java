package io.tplus1.rnn.kernel;

/** Takes the rows of a sequence, which lie end to end, for one vector. */
record FlattenStage() implements Stage {

  @Override
  public Object newMemory() {
    return null;
  }

  @Override
  public void run(Flow flow, Object memory) {
    int offset = flow.offset;
    flow.vector(flow.data);
    flow.offset = offset;
  }
}
