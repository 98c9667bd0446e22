/**
 * Published forecasts made again from what topics and receipts hold, and held against each other.
 */
package io.tplus1.replay;
