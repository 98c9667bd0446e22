/** The forecast topology: processors, their stores and state, and how all topologies are run. */
package io.tplus1.topology;
