/** The application under load for long: soak, overload, very many series. */
package io.tplus1.load;
