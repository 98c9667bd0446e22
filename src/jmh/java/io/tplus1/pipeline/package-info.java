/** The pipeline benchmark: tplus1 beside what Kafka Streams does with no work to do. */
package io.tplus1.pipeline;
