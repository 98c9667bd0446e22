/** What {@code tplus1 doctor} looks at: settings, this machine, the cluster, rights, models. */
package io.tplus1.doctor;
