/** The side topology: samples learnt from, challengers judged, the champion written. */
package io.tplus1.topology.retrain;
