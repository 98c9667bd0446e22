/**
 * What {@code tplus1 doctor} looks at: settings, this machine, the cluster, rights, models; other
 * commands say the part of it that they meet.
 */
package io.tplus1.doctor;
