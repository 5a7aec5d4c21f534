// Package e2e has the tests of the built program from outside: real processes over real sockets, against the workspace of
// bot/bottest and the organization of invite/invitetest. What a command line says and does, the main job and everything
// that can go wrong on its way, kills between any two steps, replicas on PostgreSQL, the image, and the benchmarks whose
// figures stand in the README. It knows nothing of the program's insides; tests of one package stand beside that package.
package e2e
