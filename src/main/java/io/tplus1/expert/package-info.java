/**
 * The ways of forecasting beside the network: seasonal naive, linear (of each feature, of all
 * together, of each series), stacked on the others, and counts of contexts for categories.
 */
package io.tplus1.expert;
