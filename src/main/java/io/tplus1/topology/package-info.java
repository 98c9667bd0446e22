/** The forecast topology: processors, their stores and state. */
package io.tplus1.topology;
