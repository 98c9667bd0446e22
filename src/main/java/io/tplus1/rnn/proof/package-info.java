/**
 * Whether a kernel computes what it should, and the certificate that says so: held against DL4J, a
 * learner, a pass in doubles, and what others computed.
 */
package io.tplus1.rnn.proof;
