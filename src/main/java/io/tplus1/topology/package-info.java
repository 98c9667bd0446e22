/** The topologies: processors, their stores and state, and how they are joined. */
package io.tplus1.topology;
