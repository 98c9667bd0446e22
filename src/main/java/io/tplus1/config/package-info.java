/** Settings: their names, types, defaults and meaning, parsed once into narrow records. */
package io.tplus1.config;
