import type { JSX } from 'preact';
import type { AddressView, AlarmDetail } from '../../server/schemas/alarm-detail.ts';
import { formatCount, NO_BREAK } from '../format/numbers.ts';
import { ALL_STATUSES, queueAddress } from '../router/queue-state.ts';
import { portsText } from './ports-text.ts';

const MOST_SHOWN = 8;

/** A block for each address of an alarm: who it is, what look-ups found, and where else it is seen. */
export function Addresses({ detail }: { readonly detail: AlarmDetail }): JSX.Element {
  const { addresses } = detail;
  const shown = addresses.slice(0, MOST_SHOWN);
  const rest = addresses.slice(MOST_SHOWN);
  return (
    <>
      {shown.map((address) => (
        <Address key={address.ip} {...address} />
      ))}
      {rest.length > 0 && (
        <details class="more-addresses">
          <summary class="link">{formatCount(rest.length)} more</summary>
          {rest.map((address) => (
            <Address key={address.ip} {...address} />
          ))}
        </details>
      )}
    </>
  );
}

function Address(address: AddressView): JSX.Element {
  const { ip, name, hits, vulnerabilities, other_alarms: others } = address;
  const findings = [...hits, ...vulnerabilities];
  return (
    <div class="addr">
      <div class="top">
        <b>{name === '' ? ip : name}</b>
        {others > 0 && (
          <a class="link" href={queueAddress({ status: ALL_STATUSES, is: { address: [ip] } })}>
            {`${formatCount(others)} other${NO_BREAK}${others === 1 ? 'alarm' : 'alarms'}`}
            <span class="sr"> with {ip}</span>
          </a>
        )}
      </div>
      <p>{describe(address)}</p>
      {findings.length > 0 && (
        <ul class="hit">
          {findings.map(({ provider, term, result }, index) => (
            <li key={index}>
              {provider}
              {term === ip ? '' : ` ${term.replace(ip, '').replace(/^[[\]:]+/, '')}`}: {result}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function describe({ ip, name, roles, value, home_net, networks, ports }: AddressView): string {
  const role = roles.map((one) => (one === 'from' ? 'source' : 'destination')).join(' and ');
  const where = networks.length > 0 ? `in ${networks.join(', ')}` : '';
  return [
    name === '' ? '' : ip,
    role,
    value > 0 ? `value ${String(value)} of 5` : '',
    where,
    home_net ? '' : 'outside HOME_NET',
    portsText(ports),
  ]
    .filter((part) => part !== '')
    .join(', ');
}
