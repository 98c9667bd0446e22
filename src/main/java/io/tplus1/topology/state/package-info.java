/** What is kept of each series and of all together, and how it lies in stores and on the heap. */
package io.tplus1.topology.state;
