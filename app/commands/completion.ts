import yargs from 'yargs';

const PROGRAMS = ['dsiem', 'dsiem-frontend', 'dsiem-backend'];

/** Prints what makes the shell complete commands and flags of all our programs; it asks the program at each TAB. */
export function printCompletion(shell: 'bash' | 'zsh'): void {
  // yargs goes by the environment, which tells of the login shell only
  process.env['SHELL'] = shell;
  if (shell === 'bash') delete process.env['ZSH_NAME'];
  for (const program of PROGRAMS) yargs([]).scriptName(program).showCompletionScript();
}
