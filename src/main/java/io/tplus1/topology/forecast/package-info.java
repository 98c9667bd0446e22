/**
 * What a forecast is made of: experts, mix, intervals, receipt; alike in the stream and in a
 * replay.
 */
package io.tplus1.topology.forecast;
