/**
 * Training's arithmetic on the incubating Vector API; compiled apart, found as a service, named by
 * no other package.
 */
package io.tplus1.rnn.learn.vector;
