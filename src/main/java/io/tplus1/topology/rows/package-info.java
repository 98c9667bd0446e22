/**
 * The window store that vectors lie in: rows on the disk, and those that wait before they are
 * written there.
 */
package io.tplus1.topology.rows;
