/**
 * Deeplearning4j behind plain arrays: builds its networks from the plain form, trains them, saves
 * them in DL4J's own format and turns them back. The only package that knows DL4J and ND4J.
 */
package io.tplus1.rnn.dl4j;
