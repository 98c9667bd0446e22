/**
 * The ways of forecasting beside the network: seasonal naive, linear (shared and per series), and
 * counts of contexts for categories.
 */
package io.tplus1.expert;
