/**
 * The cluster as settings name it: what a role needs of it, its topics by their contracts, and a
 * client that asks it and says why it does not answer.
 */
package io.tplus1.cluster;
