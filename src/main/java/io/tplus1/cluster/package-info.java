/**
 * The cluster as settings name it: what a role needs of it, its topics by their contracts, a client
 * that asks it and says why it does not answer, and a reader of topics up to their ends.
 */
package io.tplus1.cluster;
