package io.tplus1.rnn.training;

/** Gives a new network its weights. */
interface WeightSource {
  /** All are 0: for what asks for shapes alone. */
  WeightSource ZEROS =
      new WeightSource() {
        @Override
        public float[] glorotUniform(int in, int out) {
          return new float[in * out];
        }

        @Override
        public float[] embedding(int rows, int width) {
          return new float[rows * width];
        }

        @Override
        public float[] orthogonal(int rows, int columns) {
          return new float[rows * columns];
        }
      };

  /** Uniform within ±√(6 / (in + out)) (Glorot and Bengio 2010). */
  float[] glorotUniform(int in, int out);

  /** Uniform within ±0.05, for embeddings. */
  float[] embedding(int rows, int width);

  /** {@code float[rows][columns]} with orthonormal rows, rows ≤ columns. */
  float[] orthogonal(int rows, int columns);
}
