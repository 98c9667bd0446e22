/**
 * The binary form of records: vectors in, forecasts and scores out. Needs nothing but the JDK, so
 * that a client may use it without the rest of tplus1.
 */
package io.tplus1.wire;
