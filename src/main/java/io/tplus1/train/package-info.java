/** What is learnt of a stream and who may serve: samples, their buffer, gate, probation. */
package io.tplus1.train;
