/** What the log says once of vectors that will not forecast well; forecasts do not depend on it. */
package io.tplus1.topology.notice;
