/**
 * What watches an instance: metrics, health, queries, and the dashboard, over the JDK's own HTTP
 * server.
 */
package io.tplus1.ops;
